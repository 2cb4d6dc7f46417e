import { createServer } from 'node:net';
import { OperationalError } from '../../kernel/errors.js';

export interface WantedPort {
  readonly port: number;
  readonly host: string;
  /** The setting that moves it. */
  readonly setting: string;
}

/** Finds out before anything is started whether the ports can be had. */
export async function requireFreePorts(wanted: readonly WantedPort[]): Promise<void> {
  const [first, second] = wanted;
  if (first !== undefined && second !== undefined && first.port === second.port)
    throw new OperationalError(
      'PORT_IN_USE',
      `${first.setting} and ${second.setting} are both ${first.port}; give them two ports`,
    );
  for (const one of wanted) await requireFree(one);
}

const requireFree = ({ port, host, setting }: WantedPort): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be opened (${cause.code})`;
      reject(
        new OperationalError('PORT_IN_USE', `port ${port} on ${host} ${why}; stop it or set ${setting}`, { cause }),
      );
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve()));
  });
