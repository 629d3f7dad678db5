import { DataError } from '@working-papers/grad';
import { dataSetOfFile, openDataFile, tagOf } from '$lib/server/dataFiles.ts';
import { problem } from '$lib/server/problem.ts';
import type { RequestHandler } from './$types';

/** A data set for the page that runs experiments, as one safetensors file. */
export const GET: RequestHandler = async ({ params, request, locals }) => {
  const name = dataSetOfFile(params.file);
  if (name === undefined) {
    return problem(404, `There is no data set “${params.file}” here.`, { parameter: 'file' });
  }
  const etag = tagOf(name);
  const headers = { ETag: etag, 'Cache-Control': 'no-cache', Vary: 'Accept-Encoding' };
  if (request.headers.get('if-none-match')?.includes(etag)) {
    return new Response(null, { status: 304, headers });
  }
  const acceptsGzip = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
  try {
    const file = await openDataFile(name, locals.site.dataFolder, acceptsGzip);
    return new Response(file.body, { headers: { ...headers, ...file.headers } });
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return problem(503, error.message);
  }
};
