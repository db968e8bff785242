/** One of the servers that the webhook benchmark compares, running and ready. */
export interface Subject {
  name: string;
  /** What it does for an answer, for the reader of the report. */
  work: string;
  version: string;
  /** Where orders are posted. */
  url: string;
  /** Its server process, whose resident memory is reported. */
  pid: number;
  stop(): Promise<void>;
}
