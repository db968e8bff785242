import { definePythonAttempt, pythonActs } from '../testing/escape-attempts/define-python-attempt.ts';

const head = `
import os, sys, socket, json
canary, folder, marker, port, sock, pid = input['canaryFile'], input['folder'], input['marker'], input['port'], input['socket'], input['pid']
${pythonActs}
def read(path):
    with open(path, 'rb') as file:
        return file.read().decode('utf-8', 'replace')
def libc():
    import ctypes
    return ctypes.CDLL(None, use_errno=True)
def connect(family, kind, address):
    with socket.socket(family, kind) as one:
        one.settimeout(0.5)
        one.connect(address)
        return escaped(address)
`;

/** One with the whole interpreter in its hands, and ways to the machine. */
export const attempt = definePythonAttempt(head);
