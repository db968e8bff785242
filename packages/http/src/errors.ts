import { defineErrors } from '@navette/kit';

/**
 * What can go wrong with an outbound request. Parameters and messages hold a redacted URL (origin and path) or a host
 * name, never a query, user name, password, header value or body.
 */
export const httpErrors = defineErrors({
  HTTP_INVALID_URL: {
    kind: 'user',
    status: 400,
    retry: 'never',
    message: 'The URL cannot be requested: {reason}.',
    help: 'Give an absolute http:// or https:// URL without user name and password in it.',
  },
  HTTP_INVALID_HEADER: {
    kind: 'user',
    status: 400,
    retry: 'never',
    message: 'The request header "{name}" cannot be sent: {reason}.',
    help: 'Mend or remove that header. Line breaks are not allowed, and the client sets Host, Content-Length, Transfer-Encoding and Connection itself.',
  },
  HTTP_INVALID_REQUEST: {
    kind: 'user',
    status: 400,
    retry: 'never',
    message: 'The request cannot be sent: {reason}.',
    help: 'Mend the setting that the message names.',
  },
  HTTP_INVALID_HOST_RULE: {
    kind: 'user',
    status: 400,
    retry: 'never',
    message: 'The host rule "{rule}" cannot be read: {reason}.',
    help: 'Write a host name, *.domain, an IP address (each with an optional :port) or a CIDR range such as 10.0.0.0/8.',
  },
  HTTP_BLOCKED_ADDRESS: {
    kind: 'user',
    status: 403,
    retry: 'never',
    message: 'The host "{host}" leads to a {scope} address, which workflows may not reach.',
    help: 'If this host is meant to be reached, an administrator can add it to the list of allowed private hosts.',
  },
  HTTP_BLOCKED_HOST: {
    kind: 'user',
    status: 403,
    retry: 'never',
    message: 'The host "{host}" is not among the hosts that this step or its credential may call.',
    help: 'Use a URL of an allowed host, or add this host to the allowed hosts of the step or credential.',
  },
  HTTP_DNS: {
    kind: 'operational',
    status: 502,
    retry: 'default',
    message: 'The host name "{host}" could not be resolved ({reason}).',
    help: 'Check the spelling of the host name and the name service of this machine.',
  },
  HTTP_CONNECT: {
    kind: 'operational',
    status: 502,
    retry: 'default',
    message: 'No connection to {url} could be opened ({reason}); nothing was sent.',
    help: 'Check that the service runs and that this machine can reach it.',
  },
  HTTP_CONNECTION_LOST: {
    kind: 'operational',
    status: 502,
    retry: 'default',
    message:
      'The connection to {url} broke before the response was complete ({reason}); the request may have been received.',
    help: 'Try again. If it keeps happening, look at the logs of the called service.',
  },
  HTTP_TLS: {
    kind: 'operational',
    status: 502,
    retry: 'never',
    message: 'No trusted TLS connection to {url} could be made ({reason}).',
    help: 'Check the certificate of the service: its names, its dates and the authority that signed it.',
  },
  HTTP_TIMEOUT: {
    kind: 'operational',
    status: 504,
    retry: 'default',
    message: 'There was no complete response from {url} within {timeoutMs} ms.',
    help: 'Try again, or raise the timeout of the step if this service is known to be slow.',
  },
  HTTP_ABORTED: {
    kind: 'operational',
    status: 503,
    retry: 'never',
    message: 'The request to {url} was stopped before it finished.',
    help: 'The execution was cancelled or its time was up. Start it again if it is still wanted.',
  },
  HTTP_TOO_LARGE: {
    kind: 'user',
    status: 502,
    retry: 'never',
    message: 'The {part} of the response from {url} is larger than {maxBytes} bytes.',
    help: 'Ask the service for less (paging, a filter), or raise the size limit.',
  },
  HTTP_REDIRECT: {
    kind: 'user',
    status: 502,
    retry: 'never',
    message: 'The redirect that {url} answered with was not followed: {reason}.',
    help: 'Call the final URL directly, or change how the step treats redirects.',
  },
  HTTP_BAD_RESPONSE: {
    kind: 'operational',
    status: 502,
    retry: 'default',
    message: 'The response from {url} is damaged or is not valid HTTP ({reason}).',
    help: 'Check that the URL belongs to an HTTP service; try again if it does.',
  },
  HTTP_CLOSED: {
    kind: 'operational',
    status: 503,
    retry: 'default',
    message: 'The request to {url} was not made because this process is shutting down.',
    help: 'Nothing to do: it is tried again elsewhere or after the restart.',
  },
  HTTP_UNEXPECTED: {
    kind: 'bug',
    status: 500,
    retry: 'default',
    message: 'The request to {url} failed in a way this client does not know ({reason}).',
    help: 'This is a defect in Navette. Report the reason and the kind of service called.',
  },
});
