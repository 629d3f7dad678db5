import type { Artefact } from '@working-papers/paper-kit';
import { digitComponents } from './digitComponents.ts';
import type { MaestroCell } from './experiment.ts';

/** The shared artefacts that a cell asks for. */
export function artefactsOf(cell: MaestroCell): readonly Artefact<unknown>[] {
  return cell.part === 'E2 digits' ? [digitComponents(cell.images)] : [];
}
