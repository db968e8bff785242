/** What an error code means, in the reader's language. */
export interface ErrorWords {
  message: string;
  help?: string;
}
