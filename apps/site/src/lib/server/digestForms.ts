import type { SubscriptionChoice } from '@working-papers/daily';

type Field = (name: string) => string;

/** What a form of `SubscriptionFields` says; a field that is missing has its usual value. */
export function choiceOf(field: Field): SubscriptionChoice {
  return {
    cadence: field('cadence') || 'daily',
    hour: Number(field('hour') || 7),
    timeZone: field('timeZone') || 'UTC',
    filters: {
      topics: listOf(field('topics'), /[\n,]/),
      categories: listOf(field('categories'), /[\s,]+/),
      searches: listOf(field('searches'), /\n/),
    },
  };
}

/** The time zones to choose from. */
export function timeZones(): readonly string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
}

function listOf(text: string, separator: RegExp): string[] {
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
