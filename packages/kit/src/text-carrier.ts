/** Takes texts from process to process while it can. What does not get through is lost, and nobody is told. */
export interface TextCarrier {
  /** Whether this end is connected, to send and to hear. */
  readonly isUp: boolean;
  /** Of one text, in UTF-8. */
  readonly maxTextBytes: number;
  /**
   * To whoever listens under the address in other processes. Never throws and never waits. False when it was not taken:
   * the carrier is down or has enough to do.
   */
  send(address: string, text: string): boolean;
  /** Hears what comes under the address, lower-case letters and digits, until the function that comes back is called. */
  listen(address: string, listener: (text: string) => void): () => void;
}
