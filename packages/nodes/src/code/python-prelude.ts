/**
 * What runs before Python code: the names of the expression language, with "_" where the others have "$". A function body
 * of `(input, host)` that gives the function which runs the program; see prelude.ts for the same in JavaScript.
 */
export const pythonPrelude = `import datetime, decimal
scope = globals()
mode = input['mode']

class Item(dict):
    json = property(lambda self: self.get('json'))
    binary = property(lambda self: self.get('binary') or {})

items = [Item(one) for one in input['items']]
# Code may sort or empty the list that it is given.
originals = list(items)
state = {'index': 0}

def current(of=None):
    known = originals if of is None else of
    return known[state['index']] if state['index'] < len(known) else (known[-1] if of else None)

# --- items
class Input:
    def all(self): return items
    def first(self): return items[0] if items else None
    def last(self): return items[-1] if items else None
    item = property(lambda self: current())

def place():
    item = current()
    scope.update(_item=item, _json=item.json if item is not None else None,
        _binary=item.binary if item is not None else {}, _itemIndex=state['index'])

# --- other nodes: what the code names was sent along
nodes = {one['name']: one for one in input['nodes']}

def find(name):
    if name not in nodes:
        raise LookupError(f'Name the node "{name}" as a text in the code: what is not named is not sent along')
    return nodes[name]

def executed(name):
    node = find(name)
    if 'problem' in node:
        raise LookupError(node['problem'])
    if not isinstance(node.get('made'), list):
        node['made'] = [Item(one) for one in node['items']]
    return node

def output_of(name, output):
    node = executed(name)
    if output is None:
        return node['made']
    for one in node['outputs']:
        if one['output'] == output:
            if 'problem' in one:
                raise LookupError(one['problem'])
            return [Item(item) for item in one['items']]
    raise LookupError(f'Write the output of "{name}" as a number or a text in the code: what is not named is not sent along')

def match_of(name, position):
    node = executed(name)
    matches = node.get('matches') or []
    match = matches[position] if position < len(matches) else None
    if match is None:
        return None
    if isinstance(match, int):
        return node['made'][match]
    if 'problem' in match:
        raise LookupError(match['problem'])
    return Item(match['item'])

class Node:
    def __init__(self, name): self.name = name
    isExecuted = property(lambda self: 'problem' not in find(self.name))
    params = property(lambda self: find(self.name).get('params'))
    item = property(lambda self: match_of(self.name, state['index']))
    def all(self, output=None): return output_of(self.name, output)
    def first(self, output=None): return next(iter(output_of(self.name, output)), None)
    def last(self, output=None): return next(reversed(output_of(self.name, output)), None)
    def itemMatching(self, position): return match_of(self.name, position)

def node(name):
    find(name)
    return Node(name)

# --- the execution
def moment(given):
    zone = datetime.timezone(datetime.timedelta(minutes=given['offset']))
    return datetime.datetime.fromtimestamp(given['ms'] / 1000, zone)

scope.update(_=node, _input=Input(), _items=items, _now=moment(input['now']), _today=moment(input['today']))
scope.update({'_' + name[1:]: value for name, value in input['variables'].items()})
if hasattr(host, 'http'):
    scope['http'] = host.http
if hasattr(host, 'files'):
    scope['_files'] = host.files
place()

# --- the result, as JSON can hold it
def plain(value):
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float('inf') else None
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return float(value)
    if hasattr(value, 'tolist'):
        return plain(value.tolist())
    return value

def links_of(results):
    if not isinstance(results, (list, tuple)):
        return None
    positions = {}
    for position, item in enumerate(originals):
        positions[id(item)] = positions[id(item.json)] = position
    links = []
    for one in results:
        link = positions.get(id(one))
        if link is None and isinstance(one, dict) and isinstance(one.get('json'), dict):
            link = positions.get(id(one['json']))
        links.append(link)
    moved = any(link is not None and link != position for position, link in enumerate(links))
    return links if moved or len(links) != len(originals) and any(link is not None for link in links) else None

def locate(error, position):
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    error.args = (f'[item {position}] {text}',)

async def run(program):
    if mode == 'all':
        value = await program()
        return {'value': plain(value), 'links': links_of(value), 'missing': [0] if value is None else []}
    values = []
    missing = []
    for position in range(len(originals)):
        state['index'] = position
        place()
        try:
            value = plain(await program())
        except (MemoryError, RecursionError, ImportError):
            raise
        except Exception as error:
            locate(error, position)
            raise
        values.append(value)
    return {'values': values, 'missing': missing}

return run
`;
