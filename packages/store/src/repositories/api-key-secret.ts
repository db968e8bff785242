import { createHash, randomBytes } from 'node:crypto';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const prefixLength = 8;
/** 62^43 is just above 2^256. */
const secretLength = 43;

const pattern = new RegExp(`^nvt_[0-9A-Za-z]{${prefixLength}}_[0-9A-Za-z]{${secretLength}}$`);

export interface ApiKeySecret {
  /** Shown once: "nvt_<prefix>_<256 random bits in base 62>". */
  secret: string;
  /** Kept readable, to tell keys apart. */
  prefix: string;
  sha256: Buffer;
}

export function createApiKeySecret(): ApiKeySecret {
  const prefix = encodeBase62(randomBytes(8), prefixLength);
  const secret = `nvt_${prefix}_${encodeBase62(randomBytes(32), secretLength)}`;
  return { secret, prefix, sha256: hashApiKeySecret(secret) };
}

export function isApiKeySecret(text: string): boolean {
  return pattern.test(text);
}

export function hashApiKeySecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** The lowest `length` digits of the bytes as a number. */
function encodeBase62(bytes: Buffer, length: number): string {
  let value = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  while (text.length < length) {
    text = digits[Number(value % 62n)]! + text;
    value /= 62n;
  }
  return text;
}
