/** Live streams of this process; each connection keeps it up to date. */
export class StreamCounts {
  open = 0;
  sent = 0;
  /** Cut off because the reader took nothing. */
  stalled = 0;
}
