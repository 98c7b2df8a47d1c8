import tseslint from 'typescript-eslint';

/** What a pure core must not reach for: clocks and chance come in as data. */
const impure = [
  { object: 'Date', property: 'now', message: 'The core is pure: time comes in as data.' },
  { object: 'Math', property: 'random', message: 'The core is pure: chance comes in as data.' },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.private-engine/**', '**/*.d.mts', 'vitest.config.ts'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An index that a pattern or a length has just proved.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // What a caller aborts with, and what an engine call threw, is passed on as it is.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true, allowThrowingAny: false }],
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      // `interface` for what is extended or implemented, `type` where it reads better: no rule.
      '@typescript-eslint/consistent-type-definitions': 'off',
      'no-console': 'error',
    },
  },
  {
    files: ['packages/*/src/core/**/*.ts', 'packages/drmaa2/src/**/*.ts'],
    ignores: ['**/*.test.ts', '**/*.test.support.ts', 'packages/drmaa2/src/file-store/**'],
    rules: {
      'no-restricted-properties': ['error', ...impure],
      'no-restricted-globals': ['error', 'setTimeout', 'process', 'Buffer', 'fetch'],
    },
  },
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['examples/**/*.ts', 'bench/**/*.ts'], rules: { 'no-console': 'off' } },
);
