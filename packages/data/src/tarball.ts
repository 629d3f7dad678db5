import { DataError } from '@working-papers/grad';

/**
 * Takes files out of a package's tarball, in memory.
 *
 * @param tarball - The bytes of the .tgz file.
 * @param paths - The files wanted, by their paths inside the package.
 * @param name - What messages call it.
 * @returns Gives the content of any of `paths`; throws a DataError if the package lacks it.
 * @throws {DataError} If the tarball is torn.
 */
export async function unpack(
  tarball: Uint8Array,
  paths: readonly string[],
  name: string,
): Promise<(path: string) => Uint8Array> {
  const { Parser } = await import('tar'); // not needed, and not loaded, once the cache is filled
  const files = new Map<string, Uint8Array>();
  await new Promise<void>((resolve, reject) => {
    const parser = new Parser({
      strict: true,
      filter: (path) => paths.includes(insidePackage(path)),
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
  return (path) => {
    const content = files.get(path);
    if (!content) throw new DataError(`${name}: the package has no file ${path}`);
    return content;
  };
}

/** A tarball holds its package in one folder, whatever its name. */
function insidePackage(path: string): string {
  return path.slice(path.indexOf('/') + 1);
}
