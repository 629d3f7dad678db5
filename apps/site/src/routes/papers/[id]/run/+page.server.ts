import { error } from '@sveltejs/kit';
import { implementation } from '$lib/server/repository.ts';
import { downloadSize } from '$lib/server/dataFiles.ts';
import { findPaper } from '$lib/server/findPaper.ts';
import { readPaper } from '@working-papers/daily';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { database } = locals.site;
  const { id, slug, title, claims, runs } = await readPaper(
    database,
    await findPaper(database, params.id, '/run'),
  );
  const module = slug === null ? undefined : await implementation(slug);
  if (slug === null || module === undefined) {
    error(404, {
      message: `“${title}” has no implementation here yet, so there is nothing to run.`,
      links: [{ href: `/papers/${id}`, text: 'About the paper' }],
    });
  }
  const { experiment, demo } = module;
  return {
    paper: { id, slug, title, claims, runs },
    demo: demo && {
      title: demo.title,
      instruction: demo.instruction,
      controls: demo.controls,
    },
    dataSets: await Promise.all(
      (experiment.quickData ?? []).map((name) => downloadSize(name, locals.site.dataFolder)),
    ),
  };
};
