import { describe, expect, it } from 'vitest';
import { parseRecipe, upstreamVersion } from './recipe.js';
import { findRecipesFolder, loadRecipe, loadRecipes } from './recipes.js';

const least = { name: 'x', version: '1', suite: 'sid', packages: ['p'] };

describe('recipes', () => {
  it('fills in what is not given', () => {
    expect(parseRecipe(least, 'x')).toMatchObject({
      variant: 'essential',
      exclude: [],
      files: [],
      take: [],
      config: { workingDir: '/', user: '', env: {} },
    });
  });

  it.each([
    [{ ...least, name: 'X' }, 'x.name: "X" is not a repository name'],
    [{ ...least, packages: [] }, 'x.packages is empty'],
    [{ ...least, packages: 'p' }, 'x.packages must be a list of strings'],
    [{ ...least, colour: 1 }, 'x.colour is not a field of a recipe'],
    [{ ...least, config: { Env: [] } }, 'x.config.Env is not a field of a recipe'],
    [{ ...least, versionOf: 'p' }, 'x must have either version or versionOf'],
    [{ ...least, version: undefined, versionOf: 'q' }, 'x.versionOf: q is not among the packages'],
    [{ ...least, files: [{ from: '../a', to: '/a' }] }, 'must be a file of the recipe'],
    [{ ...least, files: [{ from: 'a', to: 'a' }] }, 'must be an absolute path'],
    [{ ...least, files: [{ from: 'a', to: '/a', mode: '0999' }] }, 'is not octal'],
    [{ ...least, variant: 'apt' }, 'x.variant must be essential or extract'],
    [[], 'x must be an object'],
  ])('refuses %j', (value, message) => {
    expect(() => parseRecipe(value, 'x')).toThrow(message);
  });

  it.each([
    ['9.7.4-2', '9.7.4'],
    ['1:9.20.30-1', '9.20.30'],
    ['0.2.1-2+b31', '0.2.1'],
    ['20260816+nmu1', '20260816_nmu1'],
    ['1.0', '1.0'],
  ])('takes the upstream version of %s', (debian, upstream) => {
    expect(upstreamVersion(debian)).toBe(upstream);
  });

  it('are all well-formed, with a hash that only content changes', async () => {
    const folder = await findRecipesFolder();
    const recipes = await loadRecipes(folder);
    expect(recipes.map(({ recipe }) => recipe.name)).toEqual(
      expect.arrayContaining(['mysql', 'pause', 'toolbox']),
    );
    expect(new Set(recipes.map(({ hash }) => hash)).size).toBe(recipes.length);
    expect((await loadRecipe('mysql', folder)).hash).toBe((await loadRecipe('mysql', folder)).hash);
  });

  it('names what there is when one is not there', async () => {
    await expect(loadRecipe('nosuch', await findRecipesFolder())).rejects.toThrow(
      /no recipe named "nosuch"; there are: .*mysql/,
    );
  });
});
