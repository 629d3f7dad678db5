import type { ProgramModule } from './program.ts';

/** Our side of each benchmark by name. */
export const programs: Readonly<Record<string, () => Promise<ProgramModule>>> = {
  decode: () => import('./programs/decode.ts'),
  gpt: () => import('./programs/gpt.ts'),
  mlp: () => import('./programs/mlp.ts'),
  sae: () => import('./programs/sae.ts'),
  sgemm: () => import('./programs/sgemm.ts'),
  unet: () => import('./programs/unet.ts'),
  vae: () => import('./programs/vae.ts'),
};
