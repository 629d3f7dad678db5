import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A server on this machine that answers as it is told. */
export interface StrangeServer {
  readonly origin: string;
  /** Path and query of each request, in order. */
  readonly requests: string[];
  readonly close: () => Promise<void>;
}

/** What it does with a request. */
export type Answering = (
  request: IncomingMessage,
  response: ServerResponse,
  /** How many came before. */
  index: number,
) => void;

/** Starts it on a free port. */
export async function startStrangeServer(answer: Answering): Promise<StrangeServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    answer(request, response, requests.length - 1);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
