import type { FastifyInstance } from 'fastify';
import { OperationalError } from '../../kernel/errors.js';

/** Listens, and gives the port that was taken (port 0 lets the system choose). */
export async function listen(app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new OperationalError('PORT_IN_USE', `port ${port} on ${host} is taken by another program; set WEB_PORT`, {
        cause: error,
      });
    }
    throw error;
  }
  const address = app.server.address();
  return address !== null && typeof address === 'object' ? address.port : port;
}
