import ownAttr from './ownattr';
import base from './base';
import people from './people';
import profile from './profile';
import reach from './reach';
import system from './system';

export default { ...ownAttr, ...base, ...people, ...profile, ...reach, ...system };
