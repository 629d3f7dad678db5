import { z } from 'zod';
import { endpoints, type Endpoint } from './endpoints.ts';
import * as schemas from './schemas.ts';

/** A part of a JSON document. */
type Json = Readonly<Record<string, unknown>>;

/**
 * The OpenAPI 3.1 document of `/api/v1`. Nothing in it is written by hand that the code knows.
 *
 * @param title - Name of the site.
 */
export function openApiDocument(title: string, origin: string): Json {
  return {
    openapi: '3.1.1',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title,
      version: '1',
      description:
        'Papers, what they claim, and what came out when it was tested. Every answer has an ETag; errors are problem documents (RFC 9457).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: `${origin}/api/v1` }],
    paths: Object.fromEntries(endpoints.map((endpoint) => [endpoint.path, pathItem(endpoint)])),
    components: { schemas: components() },
  };
}

function pathItem({ path, operation, summary, parameters, content }: Endpoint): Json {
  const { type, schema } = content;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  return {
    get: {
      operationId: operation,
      summary,
      parameters: [
        ...inPath.map((name) => ({
          name,
          in: 'path',
          required: true,
          schema:
            name === 'date'
              ? {
                  type: 'string',
                  format: 'date',
                }
              : { type: 'string' },
        })),
        ...Object.entries(parameters.shape).map(([name, one]) => queryParameter(name, one)),
      ],
      responses: {
        200: {
          description: 'Found.',
          content: { [type]: schema === null ? {} : { schema: reference(schema) } },
        },
        304: { description: 'As the ETag in If-None-Match says.' },
        ...Object.fromEntries([400, 404, 429].map((status) => [status, failure])),
      },
    },
  };
}

const failure: Json = {
  description: 'What is wrong, with the value that was seen and what is accepted.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

function queryParameter(name: string, schema: z.ZodType): Json {
  // As it is written in an address, before it is read.
  const { $schema: _, description, ...own } = z.toJSONSchema(schema, { io: 'input' });
  return {
    name,
    in: 'query',
    required: !schema.safeParse(undefined).success,
    ...(description !== undefined && { description }),
    schema: own,
  };
}

function reference(schema: z.ZodType): Json {
  const id = z.globalRegistry.get(schema)?.id;
  if (id === undefined) throw new Error('internal: a schema without an id');
  return { $ref: `#/components/schemas/${id}` };
}

function components(): Json {
  const registry = z.registry<{ id: string }>();
  for (const schema of Object.values(schemas)) {
    const id = z.globalRegistry.get(schema)?.id;
    if (id !== undefined) registry.add(schema, { id });
  }
  const made = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(made.schemas).map(([id, schema]) => [
      id,
      Object.fromEntries(
        Object.entries(schema).filter(([key]) => key !== '$schema' && key !== '$id'),
      ),
    ]),
  );
}
