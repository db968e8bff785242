import { defineErrors } from '@navette/kit';

export const setFieldsErrors = defineErrors({
  NODE_FIELD_TYPE: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'Item {item}: the field "{field}" should become {expected}, and its value is {actual}',
    help: 'Change the value or the type of the field, or turn on "Ignore conversion errors" to keep the value as it is.',
  },
  NODE_FIELD_JSON: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'Item {item}: the JSON is not an object: {reason}',
    help: 'Write one JSON object. Put a value into it with {{ JSON.stringify($json.field) }}, so that quotes are escaped.',
  },
});
