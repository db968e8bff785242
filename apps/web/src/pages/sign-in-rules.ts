/** The rules that the server checks too, said before the form is sent. */
export const minPasswordLength = 10;

export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(text.trim());
}

/** Where to go after signing in: an address of this app only, never of another site. */
export function toSafeReturn(back: string | undefined): string {
  if (back === undefined || !/^\/(?![/\\])/.test(back)) return '/workflows';
  return back;
}
