import type { Artefact } from '@working-papers/paper-kit';
import type { DeepJepaCell } from './experiment.ts';
import { patchModel } from './naturalPatches.ts';

/** The shared artefacts that a cell asks for. */
export function artefactsOf(cell: DeepJepaCell): readonly Artefact<unknown>[] {
  return cell.part === 'E3' ? [patchModel(cell)] : [];
}
