import { avatarSvg } from '@working-papers/daily/api';
import { tagged } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** A picture for a name: a shape made of it, the same for ever. */
export const GET: RequestHandler = ({ request, params }) =>
  tagged(request, { body: avatarSvg(params.name), type: 'image/svg+xml' });
