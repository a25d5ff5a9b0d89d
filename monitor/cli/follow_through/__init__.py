"""Commands about decisions and agreed plans."""
