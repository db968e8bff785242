import { expect, test } from 'vitest';
import { toSecretData, toSecretFields } from './secret-fields.ts';

const schema = {
  type: 'object',
  properties: {
    username: { type: 'string', title: 'User name', 'x-fr': { title: 'Nom d’utilisateur' } },
    password: { type: 'string', 'x-secret': true },
    prefix: { type: 'string', default: 'Bearer' },
  },
  required: ['username', 'password', 'prefix'],
};

test('fields are read from the schema of the type', () => {
  expect(toSecretFields(schema, 'fr')).toEqual([
    {
      name: 'username',
      title: 'Nom d’utilisateur',
      help: undefined,
      required: true,
      secret: false,
      initial: '',
    },
    { name: 'password', title: 'password', help: undefined, required: true, secret: true, initial: '' },
    { name: 'prefix', title: 'prefix', help: undefined, required: false, secret: false, initial: 'Bearer' },
  ]);
  expect(toSecretFields({}, 'en')).toEqual([]);
});

test('what is sent leaves out optional fields that are empty', () => {
  const fields = toSecretFields(schema, 'en');
  expect(toSecretData(fields, { username: 'ada', prefix: '' })).toEqual({ username: 'ada', password: '' });
  expect(toSecretData(fields, { username: 'ada', password: 'x' })).toEqual({
    username: 'ada',
    password: 'x',
    prefix: 'Bearer',
  });
});
