const candidates = [',', ';', '\t', '|'] as const;

const sampleLength = 65_536;
const sampleRecords = 50;

/**
 * The delimiter that splits the first records most evenly; of equals the one that gives more columns, then the order
 * above. Comma when none appears. Quoted text is not looked into.
 */
export function detectDelimiter(text: string): string {
  const counts = countPerRecord(text.slice(0, sampleLength));
  let best = { delimiter: ',', evenness: 0, columns: 0 };
  for (const [index, delimiter] of candidates.entries()) {
    const first = counts[0]?.[index] ?? 0;
    if (first === 0) continue;
    const evenness = counts.filter((record) => record[index] === first).length / counts.length;
    if (evenness > best.evenness || (evenness === best.evenness && first > best.columns))
      best = { delimiter, evenness, columns: first };
  }
  return best.delimiter;
}

/** How often each candidate appears in each of the first non-empty records. */
function countPerRecord(text: string): number[][] {
  const records: number[][] = [];
  let current = candidates.map(() => 0);
  let isEmpty = true;
  let inQuotes = false;
  for (const character of text) {
    if (character === '"') inQuotes = !inQuotes;
    if (!inQuotes && (character === '\n' || character === '\r')) {
      if (!isEmpty && records.push(current) === sampleRecords) return records;
      current = candidates.map(() => 0);
      isEmpty = true;
      continue;
    }
    isEmpty = false;
    const index = inQuotes ? -1 : candidates.indexOf(character as ',');
    if (index >= 0) current[index]! += 1;
  }
  // The last record may be cut off by the sample; it counts only when it is the only one.
  if (!isEmpty && (records.length === 0 || text.length < sampleLength)) records.push(current);
  return records;
}
