/** What a metric is, and what one gives when it is read. Names and labels follow the Prometheus conventions. */
import type { Tally } from './tally.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  labels?: Labels;
  value: number;
}

/** One series of a histogram. */
export interface Distribution {
  labels?: Labels;
  tally: Tally;
  /** What one unit of the metric is in units of the tally: 1,000 for a tally of milliseconds. 1 when left out. */
  divisor?: number;
}

interface MetricBase {
  /** In base units, with the unit in the name. */
  name: string;
  /** One sentence without a full stop, shown by scrapers and in the guide. */
  help: string;
  labels: readonly string[];
}

/** `Facts` is what all metrics of one scrape are read from. */
export type Metric<Facts> = MetricBase &
  (
    | { type: 'counter' | 'gauge'; read(facts: Facts): readonly Sample[] }
    | { type: 'histogram'; read(facts: Facts): readonly Distribution[] }
  );
