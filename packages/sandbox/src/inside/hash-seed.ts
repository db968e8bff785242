/** Four words from any text (FNV-1a with four starts): the same seed gives the same chance. */
export function hashSeed(seed: string): number[] {
  return [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35].map((start) => {
    let hash = start;
    for (let index = 0; index < seed.length; index += 1)
      hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193);
    return hash | 0;
  });
}
