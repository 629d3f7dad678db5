import { DataError } from '@working-papers/grad';
import { checkFile } from './checkFile.ts';
import type { LoadProgress } from './dataset.ts';
import type { DataSet } from './sets/dataSet.ts';

/** Where a page gets data sets from. */
export interface WebDataSourceOptions {
  /** Address of the folder that holds `<name>.safetensors`. */
  readonly baseUrl: string;
  /** Called while a file is being fetched; bytes are counted after decompression. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

/**
 * Fetches the converted file of a data set and checks it.
 *
 * @throws {DataError} If it cannot be had or is not the published one, or if the page was not opened
 * by https or on localhost: elsewhere browsers offer no SHA-256.
 */
export async function downloadFile(
  set: DataSet,
  { baseUrl, onProgress }: WebDataSourceOptions,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { name, file } = set;
  if (!('subtle' in crypto)) {
    throw new DataError(
      `${name}: this page cannot check what it fetches; open it by https or on localhost`,
    );
  }
  const place = `${baseUrl.replace(/\/$/, '')}/${name}.safetensors`;
  const bytes = new Uint8Array(file.bytes);
  const loadedBytes = await fetchInto(bytes, {
    set,
    place,
    signal,
    onBytes: (loaded) => onProgress?.({ name, loadedBytes: loaded, totalBytes: file.bytes }),
  });
  const remedy = 'reload the page; if that does not help, the file on the server is wrong';
  await checkFile(set, { bytes: bytes.subarray(0, loadedBytes), place, remedy });
  return bytes;
}

interface Transfer {
  readonly set: DataSet;
  readonly place: string;
  readonly signal: AbortSignal | undefined;
  readonly onBytes: (loadedBytes: number) => void;
}

/** Fills `bytes` with the answer and gives its length; a longer answer is an error. */
async function fetchInto(
  bytes: Uint8Array,
  { set, place, signal, onBytes }: Transfer,
): Promise<number> {
  let loadedBytes = 0;
  try {
    const response = await fetch(place, signal ? { signal } : {});
    if (!response.ok) throw new Error(`the server answers ${response.status}`);
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
      if (loadedBytes + part.value.length > bytes.length) {
        await reader?.cancel();
        throw new Error(`it is longer than the expected ${bytes.length} bytes`);
      }
      bytes.set(part.value, loadedBytes);
      loadedBytes += part.value.length;
      onBytes(loadedBytes);
    }
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      `${set.name}: cannot fetch ${place}: ${reason}; check the connection and reload the page`,
      { cause },
    );
  }
  return loadedBytes;
}
