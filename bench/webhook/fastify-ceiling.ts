/** The work of the flow as one hand-written handler: what HTTP and JSON cost before any workflow. Argument: port. */
import Fastify from 'fastify';

interface Order {
  customer: string;
  amount: number;
}

const app = Fastify({ logger: false });

app.post<{ Body: Order }>('/bench', (request) => {
  const { customer, amount } = request.body;
  const order = { customer, amount, source: 'webhook' };
  return amount >= 100 ? { ...order, tier: 'large', review: true } : order;
});

await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
