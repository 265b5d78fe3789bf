import { installSeal } from '../kernel/seal.js';

// Imported before the code under test, so that no module of it can take an ambient function aside while it is still free.
installSeal();
