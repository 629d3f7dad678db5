import { error, redirect } from '@sveltejs/kit';
import { isDay } from '@working-papers/daily/days';
import type { RequestHandler } from './$types';

/** Target of the form that asks for a day, which works without script: leads to that day's page. */
export const GET: RequestHandler = ({ url }) => {
  const day = url.searchParams.get('day') ?? '';
  if (day === '') redirect(303, '/');
  if (!isDay(day)) error(400, { message: `“${day}” is not a day; write it as 2025-05-23.` });
  redirect(303, `/papers/date/${day}`);
};
