const names: Readonly<Record<string, string>> = {
  acceleration: 'Acceleration',
  diffusion: 'Diffusion',
  'diffusion-language': 'Diffusion of language',
  representation: 'Representation',
  sae: 'Sparse autoencoders',
  'visual-ar': 'Visual autoregression',
};

/** A family of papers as a heading. */
export function familyInWords(family: string): string {
  return Object.hasOwn(names, family) ? (names[family] ?? family) : family;
}
