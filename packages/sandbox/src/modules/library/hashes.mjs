/**
 * The module `hashes` of code steps: digests in plain JavaScript, since no engine of ours gives code the host's own. Runs
 * inside the sandbox, so it imports nothing.
 *
 * Sources: RFC 1321 (MD5), FIPS 180-4 (SHA), RFC 2104 (HMAC), RFC 4648 (base64). MD5 and SHA-1 are there for services
 * that ask for them; they protect nothing.
 */

/** UTF-8; half a pair becomes U+FFFD, as in TextEncoder. */
function toBytes(data) {
  if (typeof data !== 'string') return Uint8Array.from(data);
  const bytes = [];
  for (const character of data) {
    const point = character.codePointAt(0);
    const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      );
  }
  return Uint8Array.from(bytes);
}

/** With the bit 1, zeros, and the length in bits in the last 8 (or 16) bytes. */
function pad(bytes, blockBytes, littleEndian) {
  const lengthBytes = blockBytes / 8;
  const total = Math.ceil((bytes.length + 1 + lengthBytes) / blockBytes) * blockBytes;
  const padded = new Uint8Array(total);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  const low = (bytes.length * 8) >>> 0;
  const high = Math.floor(bytes.length / 0x20000000);
  view.setUint32(total - (littleEndian ? 8 : 4), low, littleEndian);
  view.setUint32(total - (littleEndian ? 4 : 8), high, littleEndian);
  return view;
}

function fromWords(words, littleEndian) {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  for (let index = 0; index < words.length; index += 1)
    view.setUint32(index * 4, words[index] >>> 0, littleEndian);
  return new Uint8Array(view.buffer);
}

const rotateLeft = (word, by) => (word << by) | (word >>> (32 - by));
const rotateRight = (word, by) => (word >>> by) | (word << (32 - by));

const md5Shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const md5Constants = Array.from({ length: 64 }, (_, index) =>
  Math.floor(Math.abs(Math.sin(index + 1)) * 2 ** 32),
);

function digestMd5(bytes) {
  const view = pad(bytes, 64, true);
  let [a, b, c, d] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let offset = 0; offset < view.byteLength; offset += 64) {
    let [w, x, y, z] = [a, b, c, d];
    for (let step = 0; step < 64; step += 1) {
      const round = step >> 4;
      let mixed = y ^ (x | ~z);
      let source = (7 * step) % 16;
      if (round === 0) [mixed, source] = [(x & y) | (~x & z), step];
      else if (round === 1) [mixed, source] = [(z & x) | (~z & y), (5 * step + 1) % 16];
      else if (round === 2) [mixed, source] = [x ^ y ^ z, (3 * step + 5) % 16];
      const sum = w + mixed + md5Constants[step] + view.getUint32(offset + source * 4, true);
      const turned = rotateLeft(sum | 0, md5Shifts[round * 4 + (step % 4)]);
      [w, z, y, x] = [z, y, x, (x + turned) | 0];
    }
    [a, b, c, d] = [(a + w) | 0, (b + x) | 0, (c + y) | 0, (d + z) | 0];
  }
  return fromWords([a, b, c, d], true);
}

function digestSha1(bytes) {
  const view = pad(bytes, 64, false);
  const words = new Int32Array(80);
  let [a, b, c, d, e] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let offset = 0; offset < view.byteLength; offset += 64) {
    for (let step = 0; step < 16; step += 1) words[step] = view.getInt32(offset + step * 4);
    for (let step = 16; step < 80; step += 1)
      words[step] = rotateLeft(words[step - 3] ^ words[step - 8] ^ words[step - 14] ^ words[step - 16], 1);
    let [v, w, x, y, z] = [a, b, c, d, e];
    for (let step = 0; step < 80; step += 1) {
      let mixed = w ^ x ^ y;
      let constant = step < 40 ? 0x6ed9eba1 : 0xca62c1d6;
      if (step < 20) [mixed, constant] = [(w & x) | (~w & y), 0x5a827999];
      else if (step >= 40 && step < 60) [mixed, constant] = [(w & x) | (w & y) | (x & y), 0x8f1bbcdc];
      const sum = (rotateLeft(v, 5) + mixed + z + constant + words[step]) | 0;
      [z, y, x, w, v] = [y, x, rotateLeft(w, 30), v, sum];
    }
    [a, b, c, d, e] = [(a + v) | 0, (b + w) | 0, (c + x) | 0, (d + y) | 0, (e + z) | 0];
  }
  return fromWords([a, b, c, d, e], false);
}

function listPrimes(count) {
  const primes = [];
  for (let candidate = 2; primes.length < count; candidate += 1)
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  return primes;
}

/** The first 64 bits of the fractional part of the root (2 or 3) of a prime, by integers alone. */
function rootBits(prime, root) {
  const target = BigInt(prime) << (64n * root);
  let low = 0n;
  let high = 1n << 70n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** root <= target) low = middle;
    else high = middle;
  }
  return BigInt.asUintN(64, low);
}

let sha512Tables;

function tablesOf512() {
  sha512Tables ??= {
    start: listPrimes(8).map((prime) => rootBits(prime, 2n)),
    rounds: listPrimes(80).map((prime) => rootBits(prime, 3n)),
  };
  return sha512Tables;
}

let sha256Tables;

function tablesOf256() {
  const high = (bits) => Number(bits >> 32n) | 0;
  sha256Tables ??= {
    start: listPrimes(8).map((prime) => high(rootBits(prime, 2n))),
    rounds: listPrimes(64).map((prime) => high(rootBits(prime, 3n))),
  };
  return sha256Tables;
}

function digestSha256(bytes) {
  const { start, rounds } = tablesOf256();
  const view = pad(bytes, 64, false);
  const words = new Int32Array(64);
  const state = [...start];
  for (let offset = 0; offset < view.byteLength; offset += 64) {
    for (let step = 0; step < 16; step += 1) words[step] = view.getInt32(offset + step * 4);
    for (let step = 16; step < 64; step += 1) {
      const [early, late] = [words[step - 15], words[step - 2]];
      const first = rotateRight(early, 7) ^ rotateRight(early, 18) ^ (early >>> 3);
      const second = rotateRight(late, 17) ^ rotateRight(late, 19) ^ (late >>> 10);
      words[step] = words[step - 16] + first + words[step - 7] + second;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let step = 0; step < 64; step += 1) {
      const upper = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
      const first = (h + upper + ((e & f) ^ (~e & g)) + rounds[step] + words[step]) | 0;
      const lower = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
      const second = (lower + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, index) => {
      state[index] = (state[index] + word) | 0;
    });
  }
  return fromWords(state, false);
}

const rotate64 = (word, by) => BigInt.asUintN(64, (word >> by) | (word << (64n - by)));
const add64 = (...words) =>
  BigInt.asUintN(
    64,
    words.reduce((sum, word) => sum + word),
  );

function digestSha512(bytes) {
  const { start, rounds } = tablesOf512();
  const view = pad(bytes, 128, false);
  const words = new Array(80);
  const state = [...start];
  for (let offset = 0; offset < view.byteLength; offset += 128) {
    for (let step = 0; step < 16; step += 1) words[step] = view.getBigUint64(offset + step * 8);
    for (let step = 16; step < 80; step += 1) {
      const [early, late] = [words[step - 15], words[step - 2]];
      const first = rotate64(early, 1n) ^ rotate64(early, 8n) ^ (early >> 7n);
      const second = rotate64(late, 19n) ^ rotate64(late, 61n) ^ (late >> 6n);
      words[step] = add64(words[step - 16], first, words[step - 7], second);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let step = 0; step < 80; step += 1) {
      const upper = rotate64(e, 14n) ^ rotate64(e, 18n) ^ rotate64(e, 41n);
      const chosen = (e & f) ^ (BigInt.asUintN(64, ~e) & g);
      const first = add64(h, upper, chosen, rounds[step], words[step]);
      const lower = rotate64(a, 28n) ^ rotate64(a, 34n) ^ rotate64(a, 39n);
      const second = add64(lower, (a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, add64(d, first), c, b, a, add64(first, second)];
    }
    [a, b, c, d, e, f, g, h].forEach((word, index) => {
      state[index] = add64(state[index], word);
    });
  }
  const result = new DataView(new ArrayBuffer(64));
  state.forEach((word, index) => {
    result.setBigUint64(index * 8, word);
  });
  return new Uint8Array(result.buffer);
}

const algorithms = new Map([
  ['md5', { blockBytes: 64, digest: digestMd5 }],
  ['sha1', { blockBytes: 64, digest: digestSha1 }],
  ['sha256', { blockBytes: 64, digest: digestSha256 }],
  ['sha512', { blockBytes: 128, digest: digestSha512 }],
]);

function findAlgorithm(name) {
  const algorithm = algorithms.get(name);
  if (!algorithm)
    throw new TypeError(`There is no hash "${name}": choose from ${[...algorithms.keys()].join(', ')}`);
  return algorithm;
}

const base64Letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function encodeBase64(bytes) {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const [first, second = 0, third = 0] = [bytes[index], bytes[index + 1], bytes[index + 2]];
    const bits = (first << 16) | (second << 8) | third;
    const letters = [18, 12, 6, 0].map((by) => base64Letters[(bits >> by) & 63]);
    const missing = Math.max(0, index + 3 - bytes.length);
    text += letters.slice(0, 4 - missing).join('') + '='.repeat(missing);
  }
  return text;
}

function encode(bytes, encoding) {
  if (encoding === 'hex') return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (encoding === 'base64') return encodeBase64(bytes);
  if (encoding === 'base64url')
    return encodeBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  throw new TypeError(`There is no encoding "${encoding}": choose from hex, base64, base64url`);
}

/** @example hash('sha256', 'abc') // "ba7816bf…" */
export function hash(name, data, encoding = 'hex') {
  return encode(findAlgorithm(name).digest(toBytes(data)), encoding);
}

/** @example hmac('sha256', 'key', 'text', 'base64') */
export function hmac(name, key, data, encoding = 'hex') {
  const { blockBytes, digest } = findAlgorithm(name);
  const given = toBytes(key);
  const block = new Uint8Array(blockBytes);
  block.set(given.length > blockBytes ? digest(given) : given);
  const mask = (by, rest) => Uint8Array.from([...block.map((byte) => byte ^ by), ...rest]);
  return encode(digest(mask(0x5c, digest(mask(0x36, toBytes(data))))), encoding);
}

/** @example toBase64('Navette') // "TmF2ZXR0ZQ==" */
export function toBase64(data) {
  return encodeBase64(toBytes(data));
}

export const md5 = (data, encoding) => hash('md5', data, encoding);
export const sha1 = (data, encoding) => hash('sha1', data, encoding);
export const sha256 = (data, encoding) => hash('sha256', data, encoding);
export const sha512 = (data, encoding) => hash('sha512', data, encoding);
