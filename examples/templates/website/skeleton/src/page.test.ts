// @vitest-environment jsdom
import { expect, test } from 'vitest';
import axe from 'axe-core';
import page from '../index.html?raw';

test('everybody can use the page', async () => {
  document.documentElement.lang = 'en';
  document.documentElement.innerHTML = page;
  // jsdom does not lay out, so contrast cannot be measured here.
  const { violations } = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map((v) => v.help)).toEqual([]);
});
