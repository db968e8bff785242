/** The source of a regular expression is not valid; the caller turns it into an error with a place. */
export class RegexSyntaxError extends Error {
  override readonly name = 'SyntaxError';
}
