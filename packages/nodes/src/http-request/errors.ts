import { defineErrors } from '@navette/kit';

/** Messages hold origin and path of a URL and a redacted excerpt of a response, never a credential, header or query. */
export const httpRequestErrors = defineErrors({
  HTTP_REQUEST_STATUS: {
    kind: 'operational',
    status: 502,
    retry: 'default',
    message: '{method} {url} answered {status}{statusText}{excerpt}',
    help: '{advice}',
  },
  HTTP_REQUEST_URL: {
    kind: 'user',
    status: 400,
    retry: 'never',
    message: 'The URL is not an absolute http:// or https:// URL',
    help: 'Look at what the URL becomes for this item: an expression in it may give nothing.',
  },
  HTTP_REQUEST_CREDENTIAL_HOST: {
    kind: 'user',
    status: 403,
    retry: 'never',
    message: 'The credential of this step may not be sent to "{host}"; nothing was sent there',
    help: 'Use a URL of an allowed host, or add this host to the allowed hosts of the credential.',
  },
  HTTP_REQUEST_BODY_NOT_JSON: {
    kind: 'user',
    status: 400,
    retry: 'never',
    message: 'The body to send is text that is not valid JSON',
    help: 'Give an object or a list, or text that is JSON as a whole. Put values into JSON text with {{ JSON.stringify($json.field) }}, so that quotes in them do no harm.',
  },
  HTTP_REQUEST_NOT_JSON: {
    kind: 'operational',
    status: 502,
    retry: 'never',
    message: '{method} {url} answered with something that is not JSON{excerpt}',
    help: 'Set the response format to automatic or text to take it as it is, and check that the URL is right.',
  },
  HTTP_REQUEST_NO_LIST: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The response of {method} {url} has nothing at "{path}"',
    help: 'Look at the response with an empty path to see where its items are.',
  },
  HTTP_REQUEST_PAGINATION: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The pages of {url} cannot be followed at page {page}: {reason}',
    help: 'Look at one response without pagination, then mend the pagination settings of this step.',
  },
  HTTP_REQUEST_PAGES_TOO_LARGE: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The pages of {url} are larger than {maxBytes} bytes together, after {pages} pages',
    help: 'Ask for fewer pages or smaller ones, or fetch them in a loop and work on each part.',
  },
});
