/** Shows papers while somebody types into the search box. The box is a form that works without this. */

interface Piece {
  readonly text: string;
  readonly isMarked: boolean;
}

interface Found {
  readonly total: number;
  readonly isMore: boolean;
  readonly results: readonly {
    readonly id: string;
    readonly title: readonly Piece[];
    readonly authors: readonly string[];
    readonly authorCount: number;
    readonly runsHere: boolean;
  }[];
}

/** Quiet time after a key before the site is asked. */
const quietMs = 120;

for (const box of document.querySelectorAll<HTMLElement>('[data-instant-search]')) {
  const input = box.querySelector<HTMLInputElement>('input[name=q]');
  const list = box.querySelector<HTMLElement>('[role=listbox]');
  const status = box.querySelector<HTMLElement>('[data-instant-status]');
  if (input !== null && list !== null && status !== null) serve({ input, list, status });
}

interface Parts {
  readonly input: HTMLInputElement;
  readonly list: HTMLElement;
  readonly status: HTMLElement;
}

function serve(parts: Parts): void {
  const { input, list } = parts;
  let asked: AbortController | undefined;
  let timer: number | undefined;
  let active = -1;
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-controls', list.id);
  input.setAttribute('aria-expanded', 'false');

  const options = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[role=option]')];
  const choose = (index: number): void => {
    const all = options();
    active = all.length === 0 ? -1 : (index + all.length + 1) % (all.length + 1);
    if (active === all.length) active = -1;
    all.forEach((option, i) => option.setAttribute('aria-selected', String(i === active)));
    const chosen = all[active];
    if (chosen === undefined) input.removeAttribute('aria-activedescendant');
    else {
      input.setAttribute('aria-activedescendant', chosen.id);
      chosen.scrollIntoView({ block: 'nearest' });
    }
  };
  const close = (): void => {
    asked?.abort();
    window.clearTimeout(timer);
    list.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const ask = async (): Promise<void> => {
    asked?.abort();
    const query = input.value.trim();
    if (query.length < 2) return close();
    asked = new AbortController();
    try {
      const answer = await fetch(`/search.json?q=${encodeURIComponent(input.value)}`, {
        signal: asked.signal,
      });
      if (!answer.ok) return close();
      // The boundary to the site's own answer.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      show(parts, (await answer.json()) as Found);
      active = -1;
    } catch {
      // Given up because another key came, or the site is not there: Enter still searches.
    }
    return undefined;
  };
  input.addEventListener('input', () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), quietMs);
  });
  input.addEventListener('focus', () => {
    if (options().length > 0 && input.value.trim().length > 1) open(parts);
  });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'Escape' && !list.hidden) close();
    else if (event.key === 'ArrowDown' && !list.hidden) choose(active + 1);
    else if (event.key === 'ArrowUp' && !list.hidden) choose(active < 0 ? -2 : active - 1);
    else if (event.key === 'Enter' && active >= 0) options()[active]?.click();
    else return;
    event.preventDefault();
  });
  document.addEventListener('click', ({ target }) => {
    if (!(target instanceof Node && (list.contains(target) || input.contains(target)))) close();
  });
  input.addEventListener('blur', () => window.setTimeout(() => input.isConnected && close(), 150));
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isWriting(event.target)) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}

function open({ list, input }: Parts): void {
  list.hidden = false;
  input.setAttribute('aria-expanded', 'true');
}

function show(parts: Parts, { results, total, isMore }: Found): void {
  const { list, status, input } = parts;
  list.replaceChildren(
    ...results.map(({ id, title, authors, authorCount, runsHere }, i) => {
      const option = document.createElement('a');
      option.href = `/papers/${encodeURIComponent(id)}`;
      option.id = `${list.id}-${i}`;
      option.tabIndex = -1;
      option.setAttribute('role', 'option');
      option.setAttribute('aria-selected', 'false');
      const more = authorCount > authors.length ? ` and ${authorCount - authors.length} more` : '';
      const facts = [`${authors.join(', ')}${more}`, runsHere ? 'runs here' : ''];
      const small = document.createElement('small');
      small.textContent = facts.filter((fact) => fact !== '').join(' · ');
      option.append(...title.map(pieceNode), small);
      return option;
    }),
  );
  input.removeAttribute('aria-activedescendant');
  const count = `${isMore ? 'More than ' : ''}${total} ${total === 1 ? 'paper' : 'papers'}`;
  status.textContent = total === 0 ? 'No papers' : count;
  if (results.length > 0) open(parts);
  else {
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
  }
}

function pieceNode({ text, isMarked }: Piece): Node {
  if (!isMarked) return document.createTextNode(text);
  const mark = document.createElement('mark');
  mark.textContent = text;
  return mark;
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
