import type { ErrorWords } from './error-words.ts';

/** The disk, the database and the queue, and what nobody foresaw. */
export const frenchStorageErrors: Record<string, ErrorWords> = {
  ARTIFACT_DAMAGED: {
    message: 'Le contenu du fichier ne correspond plus à son empreinte',
    help: 'Le disque l’a abîmé. Restaurez les fichiers depuis une sauvegarde.',
  },
  ARTIFACT_DISK_FULL: {
    message: 'Le disque est plein : rien du fichier n’a été gardé',
    help: 'Libérez de la place, conservez moins longtemps, ou placez les fichiers dans un stockage compatible S3.',
  },
  ARTIFACT_LOST: {
    message: 'Le contenu du fichier a disparu du stockage',
    help: 'Restaurez les fichiers depuis une sauvegarde.',
  },
  ARTIFACT_STORAGE_UNAVAILABLE: {
    message: 'Le stockage des fichiers n’a pas fait ce qui lui était demandé',
    help: 'Voyez les réglages artifacts.* avec navette doctor, et le stockage lui-même.',
  },
  DISPATCH_UNAVAILABLE: {
    message: 'La file est hors d’atteinte : aucune nouvelle exécution ne peut être acceptée',
    help: 'Réessayez bientôt. L’état de la file est dans le rapport de santé ; voyez REDIS_URL.',
  },
  SERVER_DATABASE: {
    message: 'La base de données est hors d’atteinte',
    help: 'Réessayez dans un instant : le serveur se reconnecte de lui-même. L’administrateur trouve la raison dans les journaux.',
  },
  SERVER_DISK_FULL: {
    message: 'Le disque de la base est plein : aucun nouveau travail n’est accepté',
    help: 'Libérez de la place ; le serveur reprend de lui-même.',
  },
  VAULT_SEAL_BROKEN: {
    message: 'Un secret ne peut pas être ouvert : il a été modifié, ou vient d’ailleurs',
    help: 'Saisissez de nouveau le secret de l’identifiant. S’il y en a beaucoup, restaurez la base depuis une sauvegarde.',
  },
  INTERNAL_UNEXPECTED: {
    message: 'Quelque chose d’inattendu est arrivé',
    help: 'C’est un défaut de Navette ou d’un nœud. Les journaux en disent plus, à la même heure.',
  },
};
