/** What an error code means, in the reader's language. */
export interface ErrorWords {
  /** Left out where the words of whoever built the workflow are the message. */
  message?: string;
  help?: string;
}
