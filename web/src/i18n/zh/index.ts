import ownAttr from './ownattr';
import base from './base';
import life from './life';
import people from './people';
import reach from './reach';
import system from './system';

export default { ...ownAttr, ...base, ...life, ...people, ...reach, ...system };
