/** The request of the webhook benchmark and the answers that every subject must give. */
export const path = 'bench';

export const largeOrder = { customer: 'Ada Lovelace', amount: 120 };
export const smallOrder = { customer: 'Charles Babbage', amount: 80 };

const expected = [
  [largeOrder, { ...largeOrder, source: 'webhook', tier: 'large', review: true }],
  [smallOrder, { ...smallOrder, source: 'webhook' }],
] as const;

/** Sends one order of each kind. @throws Error when an answer is not what the flow says */
export async function assertAnswers(name: string, url: string): Promise<void> {
  for (const [order, answer] of expected) {
    const response = await postOrder(url, order);
    const text = await response.text();
    if (response.status !== 200 || !isSame(text, answer)) {
      throw new Error(`${name} answered ${response.status} ${text}, not ${JSON.stringify(answer)}`);
    }
  }
}

/** Whether the address answers orders yet. */
export async function isAnswering(url: string): Promise<boolean> {
  try {
    const response = await postOrder(url, smallOrder);
    await response.text();
    return response.ok;
  } catch {
    return false;
  }
}

export function postOrder(url: string, order: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
}

/** The same JSON, whatever the order of its fields. */
function isSame(text: string, answer: object): boolean {
  const sortFields = (value: unknown) =>
    JSON.stringify(Object.entries(value as object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return sortFields(JSON.parse(text)) === sortFields(answer);
}
