import { expect, test } from 'vitest';
import { nameEndpoint } from './name-endpoint.ts';
import { OutboundCounts } from './outbound-counts.ts';

test.each([
  [
    'https://api.example.com/orders/7?key=x',
    { url: 'https://api.example.com/orders/{{ $json.id }}' },
    'api.example.com',
  ],
  ['https://API.example.com/', { url: 'https://Api.Example.Com' }, 'api.example.com'],
  [
    'http://api.example.com:8080/',
    { url: '=http://api.example.com:8080/{{ $json.id }}' },
    'api.example.com:8080',
  ],
  [
    'https://api.example.com/',
    { options: { list: [1, null, 'https://api.example.com:443/v1'] } },
    'api.example.com',
  ],
  [
    'https://user:secret@api.example.com/',
    { url: 'https://user:secret@api.example.com/' },
    'api.example.com',
  ],
  // Another port is another server.
  ['http://api.example.com:8080/', { url: 'http://api.example.com/' }, undefined],
  // An expression has a part in the host, or in the port.
  ['https://ada.example.com/', { url: 'https://{{ $json.name }}.example.com/' }, undefined],
  ['https://api.ada.test/', { url: 'https://api.{{ $json.name }}.test/' }, undefined],
  ['https://api.example.com:8443/', { url: 'https://api.example.com{{ $json.port }}/' }, undefined],
  // An address inside of a text or an expression is not where the node goes.
  ['https://api.example.com/', { url: '{{ $json.url }}', note: 'see https://api.example.com/' }, undefined],
  ['not a url', { url: 'https://api.example.com/' }, undefined],
])('a request to %s of a node with %j counts under %s', (url, parameters, endpoint) => {
  expect(nameEndpoint({ url }, parameters)).toBe(endpoint);
});

test.each([
  [['api.example.com'], 'api.example.com'],
  [['other.example.com', ' *.Example.com '], '*.example.com'],
  [['a b', '*.example.com:443'], '*.example.com:443'],
  [['example.com'], undefined],
  [[], undefined],
])('a host that an expression made counts under the rule of the credential: %j', (allowedHosts, endpoint) => {
  expect(nameEndpoint({ url: 'https://api.example.com/x', allowedHosts }, { url: '{{ $json.url }}' })).toBe(
    endpoint,
  );
});

test('the host in writing is told more exactly than the rule', () => {
  const request = { url: 'https://eu.example.com/x', allowedHosts: ['*.example.com'] };
  expect(nameEndpoint(request, { url: 'https://eu.example.com/x' })).toBe('eu.example.com');
});

test('endpoints are counted apart up to fifty, and all the others together', () => {
  const counts = new OutboundCounts();
  for (let n = 0; n < 200; n++) counts.add(`host-${n}.example.com`, '2xx', 1);
  counts.add('host-0.example.com', 'timeout', 1);
  counts.add(undefined, '2xx', 1);
  expect(counts.byEndpoint.size).toBe(51);
  expect(counts.byEndpoint.get('other')).toEqual(new Map([['2xx', 151]]));
  expect(counts.byEndpoint.get('host-0.example.com')).toEqual(
    new Map([
      ['2xx', 1],
      ['timeout', 1],
    ]),
  );
  expect(counts.durationMs.count).toBe(202);
});
