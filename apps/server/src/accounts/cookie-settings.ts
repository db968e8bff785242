/** The header in which the address of the client is handed to better-auth; it never comes from outside. */
export const clientAddressHeader = 'x-navette-client-address';
/** Cookies are named "navette.session_token", with "__Secure-" before it on https. */
export const cookiePrefix = 'navette';
