export interface AxisScale {
  min: number;
  max: number;
  /** Round values from min to max. */
  ticks: number[];
  /** Digits after the point that tell the ticks apart. */
  fractionDigits: number;
}

const niceSteps = [1, 2, 2.5, 5, 10];

/** An axis with about `wanted` round ticks that holds every value, and zero when `fromZero`. */
export function createScale(
  values: readonly number[],
  { fromZero, wanted = 5 }: { fromZero: boolean; wanted?: number },
): AxisScale {
  let low = fromZero ? 0 : Number.POSITIVE_INFINITY;
  let high = fromZero ? 0 : Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = [0, 1];
  if (low === high)
    [low, high] =
      fromZero || low === 0
        ? [Math.min(low, 0), Math.max(high, 1)]
        : [low - Math.abs(low) / 10, high + Math.abs(high) / 10];
  const step = niceStep((high - low) / wanted);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => settle((first + index) * step));
  return { min: ticks[0]!, max: ticks.at(-1)!, ticks, fractionDigits: digitsOf(step) };
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return settle(niceSteps.find((step) => step * power >= rough * 0.999)! * power);
}

/** Drops what floating point adds: 0.30000000000000004 is 0.3. */
function settle(value: number): number {
  return Number(value.toPrecision(12)) || 0;
}

function digitsOf(step: number): number {
  for (let digits = 0; digits < 12; digits++) if (Number(step.toFixed(digits)) === step) return digits;
  return 12;
}
