"""What the service stores about itself: who looked, who is signed in, which runs there were."""
