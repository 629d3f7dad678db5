import { expect, it } from 'vitest';
import { z } from 'zod';
import { endpoints } from '../../src/api/endpoints.ts';
import { openApiDocument } from '../../src/api/openApi.ts';
import { claimSchema } from '../../src/api/schemas.ts';

const text = JSON.stringify(openApiDocument('Papers', 'https://papers.example'));
const document = z
  .object({
    openapi: z.string(),
    paths: z.record(z.string(), z.object({ get: z.record(z.string(), z.unknown()) })),
    components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
  })
  .parse(JSON.parse(text));

it('describes every call once, with operation ids that differ', () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(Object.keys(document.paths)).toEqual(endpoints.map(({ path }) => path));
  const ids = Object.values(document.paths).map(({ get }) => get['operationId']);
  expect(new Set(ids).size).toBe(endpoints.length);
});

it('refers only to schemas that are there', () => {
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target ?? '');
  expect(references).toContain('#/components/schemas/Problem');
  for (const target of references) {
    const name = target.replace('#/components/schemas/', '');
    expect(Object.keys(document.components.schemas), target).toContain(name);
  }
});

it('describes parameters as they are written in an address', () => {
  expect(document.paths['/papers']?.get['parameters']).toContainEqual({
    name: 'sort',
    in: 'query',
    required: false,
    schema: {
      type: 'string',
      enum: ['newest', 'votes', 'trending'],
      default: 'newest',
    },
  });
  expect(document.paths['/citations']?.get['parameters']).toContainEqual(
    expect.objectContaining({ name: 'ids', required: true }),
  );
  expect(document.paths['/papers/{id}']?.get['parameters']).toEqual([
    { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
  ]);
});

it('says what may be null and which words are possible', () => {
  expect(document.components.schemas['Claim']).toMatchObject({
    required: Object.keys(claimSchema.shape),
    properties: {
      verdict: { anyOf: [{ $ref: '#/components/schemas/Verdict' }, { type: 'null' }] },
    },
  });
});
